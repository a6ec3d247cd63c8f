<?php
function open() {
	register_rest_route( 'wc-x/v1', '/x', array( 'callback' => 'x' ) );
}

function everybody() {
	register_rest_route( 'wc-x/v1', '/x', array( 'permission_callback' => '__return_true' ) );
}

function fine() {
	register_rest_route( 'wc-x/v1', '/x', array( 'permission_callback' => 'may' ) );
}
