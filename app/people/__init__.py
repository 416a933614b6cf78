"""People who sign in: who they are, how they are told, and what each of them may read."""
