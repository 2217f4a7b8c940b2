"""What bench/compare is made of: servers and the load on them, the cells of the table, and the table itself."""
