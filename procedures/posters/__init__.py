"""Notices to post on an office's wall: PDF, and a code to check whether they are current."""
