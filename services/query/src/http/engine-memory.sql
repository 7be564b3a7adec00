-- What all statements together may take, also where it was set as a part of the machine's memory.
SELECT toFloat64OrZero(value) AS bytes
FROM system.server_settings
WHERE name = 'max_server_memory_usage'
