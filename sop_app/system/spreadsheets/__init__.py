"""Spreadsheets: read anything tabular safely, say what is wrong with it, and write it back.

A file is read in a child process with limits (`reader`), its sheets and columns are recognised
(`detection`, `profiles`), its columns are mapped to fields (`mapping`), every row is checked
(`validation`) and compared with what is stored (`difference`); wrong rows go back in the user's own
workbook (`error_workbook`). `export` writes workbooks and CSV, `kinds` says what can be imported.
In supply chain terms this is the *data load with exception report*: staged, reviewed, then accepted
all or nothing.
"""
