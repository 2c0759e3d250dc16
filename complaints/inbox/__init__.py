"""The work list: its tabs and rows, and giving several cases to one officer."""
