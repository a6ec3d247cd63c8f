<?php
$kind = match ( $name ) { default => 1 };
$maybe = $name?->first;
function both( int|string $value ): mixed {
	return array_is_list( $value );
}
function fine( ?int $value ): array {
	return array( $value ?? 0 );
}
