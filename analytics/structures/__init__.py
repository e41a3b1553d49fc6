"""What structures rest on: crowds at one party, and who follows whom."""
