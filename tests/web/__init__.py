"""Tests of pages and routes: who may, who may not, and what they show."""
