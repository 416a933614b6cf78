"""Vectors on a Milvus server, for more of them than one machine should hold. Nothing of it is imported without the setting."""
