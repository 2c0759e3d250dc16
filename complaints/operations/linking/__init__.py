"""What a case belongs to: other cases, dossiers, a group and its representatives."""
