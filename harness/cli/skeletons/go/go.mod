module adapter

go 1.24

require sigv4-conformance/kit v0.0.0

replace sigv4-conformance/kit => ./kit
