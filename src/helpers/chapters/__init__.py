"""What each chapter tells, for the sector and for an institution."""
