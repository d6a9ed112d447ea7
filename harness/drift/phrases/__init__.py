"""The English of providers' pages: a sentence goes in, keywords and rules come out.

Every phrase is one row of a table with an example, and holds for the pages of every provider: a
reader says only where its provider's sentences stand. What of a sentence no phrase has consumed is
looked at, too: where it holds a number, a quoted value or a parameter's name, it is left open.
"""
