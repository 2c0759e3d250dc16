"""The content of a version of a procedure, the rules it must meet, and how it is put in force."""
