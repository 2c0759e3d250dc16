"""What the law keeps a secret: recognising a denunciation, sealing it, opening it on record, who opened what."""
