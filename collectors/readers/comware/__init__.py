"""HPE Comware and Huawei VRP."""
