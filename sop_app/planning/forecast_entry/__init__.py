"""Sales input: one forecast entry per customer, product and cycle, with its months as arrays.

Verbs: ``opening`` creates the entries, ``editing`` changes figures, ``bulk_edits`` many of them,
``undo`` takes acts back, ``submission`` and ``approval`` move the status, ``comments`` talk,
``template`` and ``importer`` go to Excel and back, ``reminders`` chase. Reads: ``entry_grid`` by
window, ``context_rows`` what figures compare with, ``cell_details`` one month.
"""
