0SELECT count(*) FROM agents WHERE name = '@' AND "@" > 1 ; -- all
