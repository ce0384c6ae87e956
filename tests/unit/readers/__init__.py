"""The shared readers, against values worked out from the raw octets and the RFCs."""
