// Declared when it is known what is used of it.
