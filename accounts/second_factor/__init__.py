"""A second factor beside the password: codes of an authenticator app, recovery codes and passkeys."""
