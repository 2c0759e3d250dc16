"""The mailbox that citizens write to: server, parsing, threads, messages set aside."""
