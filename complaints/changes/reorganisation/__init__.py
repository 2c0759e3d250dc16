"""Cases, receptions and calls of a reorganised office are transferred to its successors."""
