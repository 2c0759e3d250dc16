"""The mailbox that citizens write to: the server, what a message says, whom it answers."""
