"""Clients that mean harm, and the server they are let loose on."""
