"""What can be done with a case, a folder per family: form, who may and when, and the verb."""
