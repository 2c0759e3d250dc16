"""What offices and their people have in hand; moving work from one person to another."""
