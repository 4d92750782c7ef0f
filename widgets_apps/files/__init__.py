"""The user's files: lists, search, uploads that go on, downloads as streams."""
