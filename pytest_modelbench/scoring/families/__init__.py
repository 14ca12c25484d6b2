"""Families of published questions: checks that decide as their published checkers do."""
