"""The app. Draws; decides nothing."""
