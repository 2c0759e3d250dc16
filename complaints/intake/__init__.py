"""The ways in which cases come: web, hotline, paper, reception, mailbox, partners, Open311."""
