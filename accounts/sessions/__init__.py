"""Sessions of staff: how long they last, which of one's own are open, and how they are ended."""
