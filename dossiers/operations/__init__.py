"""What can be done to a dossier, a folder per family: form, who may and when, and the verb."""
