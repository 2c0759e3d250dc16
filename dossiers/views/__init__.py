"""Pages of dossiers: clerks' desk, queue and files; the public look-up."""
