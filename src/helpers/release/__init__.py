"""Handing over: a reviewer's sign-off of what is released, and the record of what was hidden that they read first."""
