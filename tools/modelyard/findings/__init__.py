"""Findings: problems as data (rule, severity, location, message, hint), and how they are printed."""

from modelyard.findings.finding import Finding, Location, Severity

__all__ = ["Finding", "Location", "Severity"]
