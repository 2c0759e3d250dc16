"""What is said in a case and by whom: made fit to be shown, and written as plain or sealed rows."""
