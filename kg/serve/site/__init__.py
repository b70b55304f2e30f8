"""The pages as files for any web server: the application is asked in process, and what it answers is written down."""
