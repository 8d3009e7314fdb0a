module example.com/static-service

go 1.21
