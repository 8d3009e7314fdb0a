// Data in the binary, by #embed.
