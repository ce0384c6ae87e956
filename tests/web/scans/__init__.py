"""Tests of scan plans, the scheduler and the pages of scans."""
