"""What every feature stands on: database, settings, sign-in, audit, mail, jobs, spreadsheets."""
