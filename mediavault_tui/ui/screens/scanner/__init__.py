"""The scanner: folders, phases of the running scan, earlier scans."""
