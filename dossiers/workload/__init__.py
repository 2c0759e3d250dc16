"""The workload of offices and officers; reassigning work, deputies."""
