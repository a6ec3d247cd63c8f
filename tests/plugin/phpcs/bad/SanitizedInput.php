<?php
$raw = $_GET['name'];
use_it( $raw );
update_option( 'x', wp_unslash( $_POST['name'] ) );
use_it( $raw );
$half = sanitize_text_field( $_COOKIE['name'] );
use_it( $half );
$fine = sanitize_text_field( wp_unslash( $_GET['name'] ) );
