"""The hotline: the call sheet, the caller's look-up, promises to call back."""
