"""What a file is and how large it would unfold, from its bytes and its name. Decodes nothing."""
