"""Release dates, support dates and the order of versions: what the dated catalogue and a device's own dates prove."""
