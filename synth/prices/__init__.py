"""Prices of designs, collected; what is priced by default; goals and a baseline that they are held against."""
